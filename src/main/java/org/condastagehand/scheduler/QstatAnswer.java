package org.condastagehand.scheduler;

import java.io.StringReader;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** The {@code conda_env} request in what {@code qstat -xml -j JOB} prints. */
final class QstatAnswer {
    private QstatAnswer() {}

    /** The value of the last such request, hard or soft; empty when there is none or this is no such answer. */
    static Optional<String> value(String xml) {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        Optional<String> found = Optional.empty();
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(xml));
            String name = "";
            while (reader.hasNext()) {
                if (reader.next() == XMLStreamConstants.START_ELEMENT) {
                    switch (reader.getLocalName()) {
                        case "CE_name" -> name = reader.getElementText();
                        case "CE_stringval" -> {
                            String value = reader.getElementText();
                            found = name.equals(GridEngineDirectives.COMPLEX) ? Optional.of(value) : found;
                        }
                        default -> {
                            // of a job there is much more to tell
                        }
                    }
                }
            }
            return found;
        } catch (XMLStreamException e) {
            return Optional.empty();
        }
    }
}
