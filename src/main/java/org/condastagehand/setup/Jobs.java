package org.condastagehand.setup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.condastagehand.host.NodeFault;

/**
 * What {@code qstat -u '*' -r -xml} says of all jobs.
 *
 * @param requesting numbers of the jobs, pending ones too, that request {@code conda_env}
 * @param queues those in which jobs run
 */
record Jobs(Set<Long> requesting, Set<String> queues) {
    Jobs {
        requesting = Set.copyOf(requesting);
        queues = Set.copyOf(queues);
    }

    static Jobs read(Path file) throws NodeFault {
        Set<Long> requesting = new TreeSet<>();
        Set<String> queues = new TreeSet<>();
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        try (InputStream in = Files.newInputStream(file)) {
            XMLStreamReader reader = factory.createXMLStreamReader(in);
            long number = 0;
            while (reader.hasNext()) {
                if (reader.next() == XMLStreamConstants.START_ELEMENT) {
                    switch (reader.getLocalName()) {
                        case "JB_job_number" ->
                            number = Long.parseLong(reader.getElementText().strip());
                        case "queue_name" -> queues.add(reader.getElementText().replaceFirst("@.*", ""));
                        case "hard_request", "soft_request" -> {
                            if (Complex.NAME.equals(reader.getAttributeValue(null, "name"))) {
                                requesting.add(number);
                            }
                        }
                        default -> {
                            // of a job there is much more to tell
                        }
                    }
                }
            }
            queues.remove(""); // of a pending job
            return new Jobs(requesting, queues);
        } catch (IOException | XMLStreamException | NumberFormatException e) {
            throw new NodeFault("cannot read the list of jobs from `qstat -xml`", e);
        }
    }
}
