package org.condastagehand.pack;

/** Is told how far the packing is, from several threads but never at the same time. */
public interface Progress {
    /** Nobody asks. */
    Progress NONE = new Progress() {
        @Override
        public void begins(long tarBytes, long files) {}

        @Override
        public void packed(long tarBytes, long archiveBytes) {}
    };

    /** Before the first frame: how large the tar will be, and how many files are in it. */
    void begins(long tarBytes, long files);

    /**
     * A frame was written.
     *
     * @param tarBytes that it holds
     * @param archiveBytes that are written by now
     */
    void packed(long tarBytes, long archiveBytes);
}
