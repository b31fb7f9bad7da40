/**
 * Environments as images of a file system: an image is one file, which is copied to a node and mounted there instead of being
 * unpacked. What is in it is relocated when it is made, to a path that is the same on every node.
 */
@NullMarked
package org.condastagehand.image;

import org.jspecify.annotations.NullMarked;
