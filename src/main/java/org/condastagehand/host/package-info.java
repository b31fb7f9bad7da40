/** The world outside as one value: environment, clock, processes, streams, trees of files, and how a failure is told. */
@NullMarked
package org.condastagehand.host;

import org.jspecify.annotations.NullMarked;
