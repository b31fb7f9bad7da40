/** What the job must see: the activation scripts for every shell. */
@NullMarked
package org.condastagehand.activate;

import org.jspecify.annotations.NullMarked;
