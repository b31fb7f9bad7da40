/** Archives of environments: codecs, members, and the relocation records in them. */
@NullMarked
package org.condastagehand.archive;

import org.jspecify.annotations.NullMarked;
