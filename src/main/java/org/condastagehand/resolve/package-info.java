/** Where an environment that was asked for is, and from what it is best staged. */
@NullMarked
package org.condastagehand.resolve;

import org.jspecify.annotations.NullMarked;
