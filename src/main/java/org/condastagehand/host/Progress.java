package org.condastagehand.host;

/** Is told how far a long work is, from several threads but never at the same time. */
public interface Progress {
    /** Nobody asks. */
    Progress NONE = new Progress() {
        @Override
        public void begins(long atLeast) {}

        @Override
        public void advances(long bytes) {}
    };

    /**
     * Before the first byte.
     *
     * @param atLeast bytes that there are to do, or fewer; 0 where nothing tells
     */
    void begins(long atLeast);

    /** So many more bytes are done. */
    void advances(long bytes);
}
