package org.condastagehand.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.condastagehand.cli.Inventory.Entry;
import org.condastagehand.cli.Inventory.State;
import org.condastagehand.sweep.Holding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InventoryTest {
    private static final Holding HELD = new Holding(
            "local-7.1",
            1001,
            Path.of("/l/users/1001/jobs/a \"b\"\n"),
            Optional.of(Instant.parse("2026-01-02T03:04:05Z")));

    @Test
    void whatOneProcessWritesAnotherReads() {
        Inventory written = new Inventory();
        written.add(HELD, State.KEPT, OptionalLong.of(4096));
        written.add(new Holding("x", 1001, Path.of("/x"), Optional.empty()), State.DEAD, OptionalLong.empty());
        Inventory read = new Inventory();
        read.addFrom(written.json("n1"), 1001);
        assertThat(read.entries()).isEqualTo(written.entries());
    }

    @Test
    void whatAUsersProcessSaysIsThatUsers() {
        Inventory written = new Inventory();
        written.add(HELD, State.STRUCK, OptionalLong.empty());
        Inventory read = new Inventory();
        read.addFrom(written.json("n1"), 1002);
        assertThat(read.entries())
                .extracting(Entry::held)
                .extracting(Holding::uid)
                .containsExactly(1002L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no JSON",
                "{}",
                "[]",
                "{\"holdings\": 1}",
                "{\"holdings\": [1]}",
                "{\"holdings\": [{}]}",
                "{\"holdings\": [{\"job\": \"a\", \"directory\": \"\\u0000\", \"state\": \"kept\"}]}",
                "{\"holdings\": [{\"job\": \"a\", \"directory\": \"/a\", \"state\": \"fine\"}]}",
                "{\"holdings\": [{\"job\": \"a\", \"directory\": \"/a\", \"state\": \"kept\", \"since\": \"yesterday\"}]}",
                "{\"holdings\": [{\"job\": \"a\", \"directory\": \"/a\", \"state\": \"kept\"}, {}]}"
            })
    void whatIsNoneOfItIsRefusedWhole(String said) {
        Inventory read = new Inventory();
        assertThatThrownBy(() -> read.addFrom(said, 1001)).isInstanceOf(IllegalArgumentException.class);
        assertThat(read.entries()).isEmpty();
    }

    @Test
    void bracketsWithoutEndAreRefusedToo() {
        String said = "{\"holdings\": " + "[".repeat(1 << 22);
        assertThatThrownBy(() -> new Inventory().addFrom(said, 1001)).isInstanceOf(IllegalArgumentException.class);
    }
}
