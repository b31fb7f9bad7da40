package org.condastagehand.resolve;

import java.nio.file.Path;
import org.condastagehand.host.BadRequest;

/** Reads what images say of themselves; to know their format is not the resolver's business. */
@FunctionalInterface
public interface ImageLabels {
    /** Throws for what is no image that {@code pack --image} made. */
    ImageLabel of(Path image) throws BadRequest;
}
