/** The site's and the job's TOML files as checked values; {@code TomlReader} alone sees TOML4J. */
@NullMarked
package org.condastagehand.config;

import org.jspecify.annotations.NullMarked;
