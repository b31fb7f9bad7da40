package org.condastagehand.scheduler;

import java.util.List;
import java.util.stream.Stream;
import org.condastagehand.request.Request;

/**
 * What was read of a job's request.
 *
 * @param notes lines that the user should see, such as the reason why a file was ignored
 */
public record Reading(Request request, List<String> notes) {
    public Reading {
        notes = List.copyOf(notes);
    }

    /** The same request, with one more line for the user. */
    Reading withNote(String note) {
        return new Reading(
                request, Stream.concat(notes.stream(), Stream.of(note)).toList());
    }
}
