package org.condastagehand.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.condastagehand.host.BadRequest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagesTest {
    @TempDir
    Path root;

    private Scene scene;
    private Path prefix;
    private Path image;

    @BeforeEach
    void setUp() throws Exception {
        scene = new Scene(root);
        prefix = scene.env("home/ann/.conda/envs/ml");
        image = scene.archive("home/ann/.conda/envs/ml.sqfs", Scene.CREATED);
        scene.image(image, prefix, EnvState.ofPrefix(prefix));
    }

    @Test
    void theImageBesideAnEnvironmentIsFoundAndWhatElseThereIsStays() throws Exception {
        Path archive = scene.archive("home/ann/.conda/envs/ml.tar.zst", Scene.CREATED);

        ResolvedEnv found = scene.resolve("ml");

        assertThat(found.image().orElseThrow().path()).isEqualTo(image);
        assertThat(found.source()).isEqualTo(new ResolvedEnv.Archive(archive, 10));
        assertThat(found.notes()).isEmpty();
        assertThat(found.withoutImage("no reason").image()).isEmpty();
    }

    @Test
    void aSiteThatMountsNoneLooksForNone() throws Exception {
        scene.mountsNone();

        assertThat(scene.resolve("ml").image()).isEmpty();
        assertThat(scene.resolve("ml").notes()).isEmpty();
    }

    @Test
    void anImageOfAnotherStateIsPassedOver() throws Exception {
        Files.writeString(prefix.resolve("conda-meta/history"), "one more transaction");

        assertPassedOver("passed over `" + image + "`: it holds another state of the environment than it has now:"
                + " conda-stagehand pack --image ml -o " + image + " --force");
    }

    @Test
    void anImageThatEverybodyCanWriteIsPassedOver() throws Exception {
        Files.setPosixFilePermissions(image, PosixFilePermissions.fromString("rw-rw-rw-"));

        assertPassedOver("passed over `" + image + "`: everybody can write it: chmod o-w " + image);
    }

    @Test
    void anotherFormatByThatNameIsPassedOver() throws Exception {
        Path other = scene.env("home/ann/.conda/envs/other");
        Path wrong = scene.archive("home/ann/.conda/envs/other.sqfs", Scene.CREATED);

        ResolvedEnv found = scene.resolve("other");

        assertThat(found.source().path()).isEqualTo(other);
        assertThat(found.notes()).containsExactly("passed over `" + wrong + "`: `" + wrong + "` is no squashfs image");
    }

    private void assertPassedOver(String note) throws Exception {
        ResolvedEnv found = scene.resolve("ml");
        assertThat(found.image()).isEmpty();
        assertThat(found.source().path()).isEqualTo(prefix);
        assertThat(found.notes()).containsExactly(note);
    }

    @Test
    void whoNamesAnImageGetsItAndHearsWhenItIsOld() throws Exception {
        assertThat(scene.resolve(image.toString()).notes()).isEmpty();
        Files.writeString(prefix.resolve("conda-meta/history"), "one more transaction");

        ResolvedEnv found = scene.resolve(image.toString());

        assertThat(found.name()).isEqualTo("ml");
        assertThat(found.image().orElseThrow().path()).isEqualTo(image);
        assertThat(found.source().path()).isEqualTo(prefix);
        assertThat(found.notes()).anySatisfy(note -> assertThat(note)
                .isEqualTo("`" + image + "` holds another state of `" + prefix
                        + "` than it has now, and is mounted as asked; to renew it: conda-stagehand pack --image "
                        + prefix + " -o " + image + " --force"));
    }

    @Test
    void anImageOfWhatIsNotThereAnyMoreCanOnlyBeMounted() throws Exception {
        Path gone = root.resolve("home/ann/gone");
        scene.image(image, gone, new EnvState("00"));

        ResolvedEnv found = scene.resolve(image.toString());

        assertThat(found.source()).isEqualTo(found.image().orElseThrow());
        assertThat(found.original()).isEqualTo(Optional.empty());
        assertThatThrownBy(() -> found.withoutImage("there is no squashfuse"))
                .isInstanceOf(BadRequest.class)
                .hasMessage("`" + image
                        + "` is not mounted: there is no squashfuse, and what it was made of is not there: `" + gone
                        + "`");
    }
}
