/** What a job asks for, in the words of each scheduler, and what is to become of it. */
@NullMarked
package org.condastagehand.scheduler;

import org.jspecify.annotations.NullMarked;
