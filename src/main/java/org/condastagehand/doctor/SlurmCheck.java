package org.condastagehand.doctor;

import java.util.ArrayList;
import java.util.List;
import org.condastagehand.host.Exec;
import org.condastagehand.host.NodeFault;
import org.condastagehand.host.StagingException;
import org.condastagehand.setup.Caution;
import org.condastagehand.setup.SlurmReview;

/** Whether the Slurm that runs has what set-up would write. */
final class SlurmCheck implements Check {
    private final SlurmReview slurm;
    private final Probe probe;
    private final Place place;

    SlurmCheck(SlurmReview slurm, Probe probe, Place place) {
        this.slurm = slurm;
        this.probe = probe;
        this.place = place;
    }

    @Override
    public List<Finding> findings() throws StagingException {
        List<Finding> findings = new ArrayList<>();
        for (SlurmReview.Line line : slurm.lines()) {
            findings.add(finding(line));
        }
        slurm.kept().forEach(kept -> findings.add(Finding.ok("slurm " + kept.replaceFirst(" .*", ""), kept)));
        for (Caution caution : slurm.cautions()) {
            findings.add(Finding.warn("slurm", caution.what(), caution.mend().replaceFirst("^type: ", "")));
        }
        if (place.owner() == 0) {
            findings.add(tree());
        }
        return findings;
    }

    private Finding finding(SlurmReview.Line line) throws NodeFault {
        String check = "slurm " + line.key();
        if (line.isMet()) {
            String next = line.next().isEmpty() ? "" : ", which calls `" + line.next() + "`";
            return Finding.ok(check, "`" + line.is() + "`" + next);
        }
        if (line.wanted().startsWith("/") && calls(line.is(), line.wanted())) {
            return Finding.ok(check, "`" + line.is() + "`, which calls `" + line.wanted() + "`");
        }
        String is = line.is().isEmpty() ? "not set" : "`" + line.is() + "`";
        return Finding.fail(check, "is " + is + ", not `" + line.wanted() + "` (" + line.why() + ")", slurm.setup());
    }

    /** Whether one of the site's own scripts, a path or a pattern as Slurm takes it, has that path in it. */
    private boolean calls(String scripts, String hook) throws NodeFault {
        if (!scripts.startsWith("/")) {
            return false;
        }
        // without IFS a blank is part of the name, and what matches the pattern is an argument each
        String search = "IFS=''; exec grep -qsF -e \"$0\" -- $1";
        Exec.Result found = probe.ask("`" + scripts + "`", List.of("/bin/sh", "-p", "-c", search, hook, scripts));
        return found.status() == 0;
    }

    private Finding tree() {
        try {
            slurm.requireRootsTree();
            return Finding.ok("slurm hooks", "root's alone to change, with all directories above them");
        } catch (StagingException e) {
            return Examination.failure("slurm hooks", e);
        }
    }
}
