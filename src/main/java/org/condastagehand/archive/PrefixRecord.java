package org.condastagehand.archive;

import org.condastagehand.relocate.Prefix;

/** One line of an archive's relocation records: in this file, this placeholder stands for the prefix. */
public record PrefixRecord(String path, Prefix placeholder, Mode mode) {
    /** By which of conda-unpack's two rules the placeholder is replaced. */
    public enum Mode {
        TEXT,
        BINARY
    }
}
