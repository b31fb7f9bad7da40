package org.condastagehand.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.condastagehand.cache.CacheArea;
import org.condastagehand.config.SiteConfig;
import org.condastagehand.host.BadRequest;
import org.condastagehand.host.Host;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.Report;
import org.condastagehand.host.StagingException;
import org.condastagehand.image.ImageMaker;
import org.condastagehand.image.OpenToAll;
import org.condastagehand.pack.NewArchive;
import org.condastagehand.resolve.EnvState;
import org.condastagehand.resolve.ImageLabel;
import org.condastagehand.resolve.ResolvedEnv;
import org.condastagehand.stage.Stager;

/** Makes an image: the environment is staged for the place where nodes will mount it, beside other scratch, and packed from there. */
final class PackImage {
    private static final int READ_ONLY = 0500;

    private final Host host;
    private final Site site;
    private final Report report;
    private final boolean quiet;

    PackImage(Host host, Site site, Report report, boolean quiet) {
        this.host = host;
        this.site = site;
        this.report = report;
        this.quiet = quiet;
    }

    /**
     * Packs it.
     *
     * @param env from its live prefix
     * @param everybodys to be mounted by the kernel, for all users
     * @return what was packed
     */
    Stager.Staged pack(ResolvedEnv env, NewArchive archive, boolean everybodys, int threads) throws StagingException {
        Path place = place(everybodys);
        Path scratch = Path.of(
                host.variable("TMPDIR").filter(path -> path.startsWith("/")).orElse("/tmp"));
        RecordedPath work = new RecordedPath(host, site, "conda-stagehand-image-", scratch.resolve(env.name()));
        try (ImageMaker maker = ImageMaker.in(host.variable("PATH").orElse(""));
                ProgressLine progress = ProgressLine.of(env, host, quiet);
                Cleanup cleanup = new Cleanup(report, () -> {
                    progress.close();
                    maker.close();
                    archive.discard();
                    work.strike();
                })) {
            cleanup.perform(() -> {
                archive.create();
                work.make();
            });
            EnvState state = EnvState.ofPrefix(env.source().path());
            Stager.Target target = new Stager.Target(work.path().resolve("env"), place, false);
            Stager.Staged packed = new Stager(site.limits(), progress).fill(env, target, (tree, staged) -> {
                progress.close();
                open(tree);
                ImageLabel label = new ImageLabel(
                        place, env.source().path(), state, staged.files(), staged.bytes(), Main.version());
                maker.make(tree, archive.unpublished(), label, threads);
            });
            archive.flush();
            cleanup.perform(archive::publish);
            return packed;
        }
    }

    /** Who may read it is the image's own mode to say. */
    private static void open(Path tree) throws NodeFault {
        try {
            Files.setAttribute(tree, "unix:mode", READ_ONLY);
            OpenToAll.tree(tree);
        } catch (IOException e) {
            throw new NodeFault("cannot change modes in `" + tree + "`", e);
        }
    }

    private Path place(boolean everybodys) throws StagingException {
        Path localRoot = Site.ofEveryNode().localRoot();
        if (localRoot.toString().contains(SiteConfig.EVERY_NODE)) {
            throw new BadRequest(
                    "`local_root` has `%n` in it on this site, and an image is right at one path on all nodes",
                    "pack an archive: conda-stagehand pack ENV");
        }
        return everybodys
                ? CacheArea.placeOfSiteImage(localRoot)
                : site.cacheArea(host).placeOfImage();
    }
}
