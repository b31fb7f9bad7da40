/** Puts an environment on the local disk: one pass, relocated, visible only when it is whole. */
@NullMarked
package org.condastagehand.stage;

import org.jspecify.annotations.NullMarked;
