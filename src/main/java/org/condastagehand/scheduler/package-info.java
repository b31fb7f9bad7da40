/** What a scheduler says of a job: its request, its id, whether it is alive. */
@NullMarked
package org.condastagehand.scheduler;

import org.jspecify.annotations.NullMarked;
