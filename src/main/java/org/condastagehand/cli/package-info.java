/** The command: a class for each subcommand, and the one place where outcomes become exit statuses. */
@NullMarked
package org.condastagehand.cli;

import org.jspecify.annotations.NullMarked;
