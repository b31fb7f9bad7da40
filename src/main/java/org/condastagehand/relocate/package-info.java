/** Prefix replacement: bytes in, bytes out; a refusal is a returned value. This package imports no other. */
@NullMarked
package org.condastagehand.relocate;

import org.jspecify.annotations.NullMarked;
