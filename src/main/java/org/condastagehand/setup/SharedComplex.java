package org.condastagehand.setup;

import java.util.Optional;
import java.util.stream.Stream;
import org.condastagehand.host.BadSite;
import org.condastagehand.host.StagingException;

/** What all queues need once: the complex {@code conda_env}, and its value on the host {@code global}. */
final class SharedComplex {
    private final Optional<String> complex;
    private final Optional<String> offer;

    private SharedComplex(Optional<String> complex, Optional<String> offer) {
        this.complex = complex;
        this.offer = offer;
    }

    static SharedComplex read(Qconf qconf) throws StagingException {
        String offers = qconf.globalHost().value("complex_values").orElse("");
        return new SharedComplex(
                Complex.find(qconf.complexes()),
                Stream.of(offers.split(","))
                        .map(String::strip)
                        .filter(value -> value.startsWith(Complex.NAME + "="))
                        .findFirst());
    }

    /** Somebody else's complex of our name would give the requests another meaning. */
    void refuseForeign() throws BadSite {
        if (complex.isPresent() && !hasComplex()) {
            throw new BadSite(
                    "there is another complex of the name: `"
                            + complex.get().strip().replaceAll("\\s+", " ") + "`",
                    "if nobody needs it, qconf -mc and delete that line");
        }
        if (offer.isPresent() && !hasOffer() && !hasPlainOffer()) {
            throw new BadSite(
                    "host `global` has `" + offer.get() + "`, not `" + Complex.OFFER + "`",
                    "if nobody needs it: qconf -mattr exechost complex_values " + Complex.OFFER + " global");
        }
    }

    boolean hasComplex() {
        return complex.filter(Complex::isOurs).isPresent();
    }

    boolean hasOffer() {
        return offer.filter(Complex.OFFER::equals).isPresent();
    }

    /** The site's own choice, which stays. */
    boolean hasPlainOffer() {
        return offer.filter(Complex.PLAIN_OFFER::equals).isPresent();
    }

    Change addComplex(Qconf qconf) {
        return Change.of("complex `" + Complex.NAME + "`: added", () -> add(qconf), () -> remove(qconf));
    }

    Change removeComplex(Qconf qconf) {
        return Change.of("complex `" + Complex.NAME + "`: removed", () -> remove(qconf), () -> add(qconf));
    }

    Change addOffer(Qconf qconf) {
        return Change.of(
                "host `global`: complex_values with `" + Complex.OFFER + "`",
                () -> qconf.addToGlobalHost(Complex.OFFER),
                () -> withdraw(qconf));
    }

    Change removeOffer(Qconf qconf) {
        return Change.of(
                "host `global`: complex_values without `" + Complex.OFFER + "`",
                () -> withdraw(qconf),
                () -> qconf.addToGlobalHost(Complex.OFFER));
    }

    private static void withdraw(Qconf qconf) throws StagingException {
        if (read(qconf).hasOffer()) {
            qconf.removeFromGlobalHost(Complex.OFFER);
        }
    }

    // Read again right before the change, as qconf takes all complexes at once and others may change some meanwhile.
    private static void add(Qconf qconf) throws StagingException {
        String all = qconf.complexes();
        if (Complex.find(all).isEmpty()) {
            qconf.complexes(Complex.with(all));
        }
    }

    private static void remove(Qconf qconf) throws StagingException {
        String all = qconf.complexes();
        if (Complex.find(all).isPresent()) {
            qconf.complexes(Complex.without(all));
        }
    }
}
