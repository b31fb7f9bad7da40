/** What a job asks for: values only, checked when they are made; this package imports no other. */
@NullMarked
package org.condastagehand.request;

import org.jspecify.annotations.NullMarked;
