package org.condastagehand.doctor;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.condastagehand.host.Host;
import org.condastagehand.host.Mount;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.StagingException;
import org.condastagehand.image.Fuse;
import org.condastagehand.setup.GridEngineReview;
import org.condastagehand.setup.HooksConf;
import org.condastagehand.setup.SlurmReview;

/** Puts the checks together that this node, its site and its schedulers need. */
public final class Doctor {
    private static final Path MACHINE = Path.of("/");

    private static final Finding NONE = Finding.warn(
            "scheduler",
            "neither Slurm's nor Grid Engine's programs are set up here: only `run` and `stage` can be used",
            ". SGE_ROOT/default/common/settings.sh, or PATH=/opt/slurm/bin:$PATH; then again: conda-stagehand doctor");

    private final Host host;
    private final Place place;
    private final Probe probe;
    private final Examination all = new Examination();

    private Doctor(Host host, Place place) {
        this.host = host;
        this.place = place;
        this.probe = new Probe(host.exec(), place.tree());
    }

    /** Nothing is looked at before it is carried out, but which schedulers are here. */
    public static Examination examination(Host host, Place place) throws NodeFault {
        return new Doctor(host, place).put();
    }

    /** Where the site's file is bad: what needs none of it. */
    public static Examination withoutSite(Host host, Place place) {
        Doctor doctor = new Doctor(host, place);
        doctor.all.add(JavaCheck.NAME, new JavaCheck(doctor.probe, place, JavaCheck.MAPPED));
        return doctor.all;
    }

    private Examination put() throws NodeFault {
        List<Mount> mounts = Mount.all();
        all.add(JavaCheck.NAME, new JavaCheck(probe, place, JavaCheck.MAPPED));
        all.add("site.toml", () -> List.of(Finding.ok("site.toml", "`" + place.siteFile() + "` is valid")));
        all.add(LocalRootCheck.NAME, new LocalRootCheck(probe, place));
        all.add(DiskCheck.TYPE, new DiskCheck(probe, mounts, place));
        schedulers();
        all.add(SweepCheck.NAME, new SweepCheck(probe, place, MACHINE));
        all.add(CacheCheck.ACCOUNT, new CacheCheck(probe, place, Fuse::refusal));
        all.add(DecompressorCheck.NAME, new DecompressorCheck(place));
        all.add(HomesCheck.NAME, new HomesCheck(mounts, place));
        return all;
    }

    private void schedulers() {
        Optional<SlurmReview> slurm = slurm();
        Optional<GridEngineReview> engine = gridEngine();
        if (all.isEmptyOf("slurm", "sge") && slurm.isEmpty() && engine.isEmpty()) {
            all.add("scheduler", () -> List.of(NONE));
        } else {
            all.add(HooksConfCheck.NAME, () -> new HooksConfCheck(place, setup(slurm, engine)).findings());
        }
        slurm.ifPresent(review -> {
            all.add("slurm", new SlurmCheck(review, probe, place));
            all.add(PrivateTmpCheck.NAME, new PrivateTmpCheck(review, place));
            all.add(SpankCheck.NAME, new SpankCheck(review, place));
        });
        engine.ifPresent(review -> all.add("sge", new GridEngineCheck(review, place)));
        all.add(ClockCheck.NAME, new ClockCheck(host.clock(), slurm, place));
    }

    private Optional<SlurmReview> slurm() {
        try {
            return SlurmReview.of(host, place.everywhere(), place.tree());
        } catch (StagingException e) {
            all.add("slurm", () -> List.of(Examination.failure("slurm", e)));
            return Optional.empty();
        }
    }

    private Optional<GridEngineReview> gridEngine() {
        try {
            return GridEngineReview.of(host, place.tree());
        } catch (StagingException e) {
            all.add("sge", () -> List.of(unanswered(e)));
            return Optional.empty();
        }
    }

    /** Grid Engine tells its configuration on some hosts alone, and an execution host need not be one. */
    private static Finding unanswered(StagingException e) {
        Finding failure = Examination.failure("sge", e);
        return failure.text().contains("admin host")
                ? new Finding("sge", Finding.Grade.WARN, failure.text(), failure.mend())
                : failure;
    }

    private String setup(Optional<SlurmReview> slurm, Optional<GridEngineReview> engine) throws StagingException {
        if (engine.isPresent()
                && HooksConf.read(place.tree()).value("slurm_conf").isEmpty()) {
            return GridEngineCheck.setup(engine.get().queues());
        }
        return slurm.map(SlurmReview::setup)
                .orElse(place.tree().resolve("site-config/slurm/setup").toString());
    }
}
