package org.condastagehand.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.condastagehand.host.NodeFault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobsTest {
    @TempDir
    Path dir;

    private Jobs read(String text) throws Exception {
        return Jobs.read(Files.writeString(dir.resolve("jobs"), text));
    }

    @Test
    void findsWhoRequestsUsAndWhereJobsRun() throws Exception {
        assertThat(read("""
                        <?xml version='1.0'?>
                        <job_info>
                          <queue_info>
                            <job_list state="running">
                              <JB_job_number>1</JB_job_number>
                              <JB_name>conda_env</JB_name>
                              <queue_name>all.q@n1</queue_name>
                              <hard_request name="conda_env" resource_contribution="0.000000">foo</hard_request>
                            </job_list>
                            <job_list state="running">
                              <JB_job_number>2</JB_job_number>
                              <queue_name>long.q@n2</queue_name>
                              <hard_request name="h_rt" resource_contribution="0.000000">100</hard_request>
                            </job_list>
                          </queue_info>
                          <job_info>
                            <job_list state="pending">
                              <JB_job_number>30</JB_job_number>
                              <queue_name></queue_name>
                              <tasks>1-3:1</tasks>
                              <soft_request name="conda_env">foo2</soft_request>
                            </job_list>
                          </job_info>
                        </job_info>
                        """)).isEqualTo(new Jobs(Set.of(1L, 30L), Set.of("all.q", "long.q")));
    }

    @Test
    void isEmptyWhereThereAreNoJobs() throws Exception {
        assertThat(read("<?xml version='1.0'?><job_info><queue_info></queue_info></job_info>"))
                .isEqualTo(new Jobs(Set.of(), Set.of()));
    }

    @Test
    void concludesNothingFromWhatItCannotRead() {
        assertThatThrownBy(() -> read("<job_info><queue_info>")).isInstanceOf(NodeFault.class);
        assertThatThrownBy(() -> read("")).isInstanceOf(NodeFault.class);
        assertThatThrownBy(() -> read("<a><JB_job_number>x</JB_job_number></a>"))
                .isInstanceOf(NodeFault.class)
                .hasMessageStartingWith("cannot read the list of jobs");
    }
}
