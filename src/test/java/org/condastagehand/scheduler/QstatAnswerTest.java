package org.condastagehand.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class QstatAnswerTest {
    private static String job(String lists) {
        return "<?xml version='1.0'?><detailed_job_info><djob_info><element>" + lists
                + "</element></djob_info></detailed_job_info>";
    }

    private static String list(String name, String complex, String value) {
        return "<JB_" + name + "_resource_list><qstat_l_requests><CE_name>" + complex
                + "</CE_name><CE_valtype>9</CE_valtype>" + "<CE_stringval>" + value
                + "</CE_stringval></qstat_l_requests></JB_" + name + "_resource_list>";
    }

    @Test
    void findsARequestAmongOthers() {
        assertThat(QstatAnswer.value(job(list("hard", "h_rt", "60") + list("hard", "conda_env", "ml &amp; x"))))
                .contains("ml & x");
        assertThat(QstatAnswer.value(job(list("hard", "h_rt", "conda_env")))).isEmpty();
    }

    @Test
    void theHardRequestCountsBeforeTheSoftOne() {
        String hard = list("hard", "conda_env", "a");
        String soft = list("soft", "conda_env", "b");

        assertThat(QstatAnswer.value(job(hard + soft))).contains("a");
        assertThat(QstatAnswer.value(job(soft + hard))).contains("a");
        assertThat(QstatAnswer.value(job(soft))).contains("b");
    }

    @Test
    void readsNoOtherFile() {
        String xml = "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>" + job(list("hard", "conda_env", "&e;"));

        assertThat(QstatAnswer.value(xml)).isEmpty();
    }

    @Property
    void whatIsNoXmlIsNoAnswer(@ForAll String text) {
        assertThat(QstatAnswer.value(text)).isEmpty();
    }
}
