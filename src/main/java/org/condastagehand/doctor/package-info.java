/** Looks whether a node and its schedulers are as jobs need them, and says what mends them. It changes nothing. */
@NullMarked
package org.condastagehand.doctor;

import org.jspecify.annotations.NullMarked;
