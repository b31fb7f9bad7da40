package org.condastagehand.pack;

import java.util.List;
import org.condastagehand.archive.Manifest;

/**
 * What became of a packing.
 *
 * @param counts of the archive's members
 * @param size of the archive in bytes
 * @param fingerprint as the manifest has it
 * @param notes lines that the user should see
 */
public record Packed(Manifest.Counts counts, long size, String fingerprint, List<String> notes) {
    public Packed {
        notes = List.copyOf(notes);
    }
}
