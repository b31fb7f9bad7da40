/** The job's own directory on the node and the record that says how to strike it. */
@NullMarked
package org.condastagehand.job;

import org.jspecify.annotations.NullMarked;
