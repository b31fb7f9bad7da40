package org.condastagehand.scheduler;

import java.io.StringReader;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** The {@code conda_env} request in what {@code qstat -xml -j JOB} prints. */
final class QstatAnswer {
    private static final String HARD = "JB_hard_resource_list";
    private static final String SOFT = "JB_soft_resource_list";

    private QstatAnswer() {}

    /** The value of the hard request, else of the soft one; empty when there is none or this is no such answer. */
    static Optional<String> value(String xml) {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        Map<String, String> byList = new HashMap<>();
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(xml));
            String list = "";
            String name = "";
            while (reader.hasNext()) {
                if (reader.next() == XMLStreamConstants.START_ELEMENT) {
                    String element = reader.getLocalName();
                    if (element.equals(HARD) || element.equals(SOFT)) {
                        list = element;
                    } else if (element.equals("CE_name")) {
                        name = reader.getElementText();
                    } else if (element.equals("CE_stringval") && name.equals(GridEngineDirectives.COMPLEX)) {
                        byList.put(list, reader.getElementText());
                    }
                }
            }
        } catch (XMLStreamException e) {
            return Optional.empty();
        }
        return Optional.ofNullable(byList.getOrDefault(HARD, byList.get(SOFT)));
    }
}
