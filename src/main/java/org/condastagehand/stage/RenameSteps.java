package org.condastagehand.stage;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.condastagehand.relocate.Prefix;
import org.condastagehand.relocate.PrefixSet;

/**
 * In which steps several names of one directory are replaced by a new one.
 *
 * <p>The longest comes first: one may be the end of another, as {@code /home/u} is of {@code /export/home/u}. Where the
 * new name has one of the old in it, as {@code /scratch/home/u}, a later step would replace it there again: then each old
 * name first becomes a stand-in of the same length, so that no offset moves, and the stand-ins become the new name.
 */
final class RenameSteps {
    /** One replacement; {@code original} is what stood there before any step. */
    record Step(Prefix from, Prefix to, Prefix original) {
        /** What undoes the steps before this one, where this one did not fit. */
        Step back() {
            return new Step(from, original, original);
        }
    }

    private final List<Prefix> names;
    private final PrefixSet any;
    private final List<Step> steps = new ArrayList<>();

    RenameSteps(Collection<Prefix> from, Prefix to) {
        names = from.stream()
                .distinct()
                .sorted(Comparator.comparingInt(Prefix::length).reversed())
                .toList();
        any = new PrefixSet(names);
        boolean again = names.stream().anyMatch(name -> to.toString().contains(name.toString()));
        if (names.size() == 1 || !again) {
            names.forEach(name -> steps.add(new Step(name, to, name)));
            return;
        }
        Random random = new Random(1); // the same on every run; control characters, which no prefix has
        for (Prefix name : names) {
            steps.add(new Step(name, standIn(random, name.length()), name));
        }
        for (Step step : List.copyOf(steps)) {
            steps.add(new Step(step.to(), to, step.from()));
        }
    }

    private static Prefix standIn(Random random, int length) {
        return Prefix.of(
                random.ints(length, 1, 32).mapToObj(Character::toString).collect(Collectors.joining()));
    }

    /** Whether any of the old names stands between two indexes of an array. */
    boolean concern(byte[] bytes, int from, int to) {
        return any.anyStandsIn(bytes, from, to);
    }

    List<Step> all() {
        return steps;
    }
}
