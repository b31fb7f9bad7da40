package org.condastagehand.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MountsTest {
    private static final List<String> LINES = List.of(
            "21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
            "22 21 0:5 / /proc rw,nosuid,nodev,noexec,relatime shared:2 - proc proc rw",
            "30 21 8:2 / /scratch rw,noexec shared:3 - xfs /dev/sdb rw",
            "31 30 8:3 / /scratch/jobs rw,nosuid shared:4 - xfs /dev/sdc rw,noexec_is_only_a_word_here",
            "32 21 8:4 / /twice rw,noexec shared:5 - xfs /dev/sdd rw",
            "33 32 8:5 / /twice rw shared:6 - xfs /dev/sde rw",
            "34 21 8:6 / /with\\040blank rw,noexec shared:7 - xfs /dev/sdf rw",
            "35 21 8:7 / /gr\u00c3\u00b6\u00c3\u009fe rw,noexec shared:8 - xfs /dev/sdg rw",
            "36 21 8:8 / /back\\134040slash rw,noexec shared:9 - xfs /dev/sdh rw",
            "37 21 8:9 / /noexecs rw,xnoexec shared:9 - xfs /dev/sdh rw",
            "a line that is cut",
            "");

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "/, false",
                "/tmp/x, false",
                "/proc, true",
                "/proc/self, true",
                "/process, false",
                "/scratch, true",
                "/scratch/x, true",
                "/scratch/jobs, false",
                "/scratch/jobs/1, false",
                "/scratch/jobs2, true",
                "/twice/x, false",
                "/with blank/x, true",
                "/größe/x, true",
                "/back\\040slash/x, true",
                "/noexecs/x, false"
            })
    void theMountThatHoldsThePathDecides(String path, boolean noexec) {
        assertThat(Mounts.isNoexec(LINES, path)).isEqualTo(noexec);
    }
}
