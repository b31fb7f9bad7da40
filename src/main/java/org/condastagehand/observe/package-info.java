/** What administrators and users see of a job's staging when it is over: docs/design/observability.md. */
@NullMarked
package org.condastagehand.observe;

import org.jspecify.annotations.NullMarked;
