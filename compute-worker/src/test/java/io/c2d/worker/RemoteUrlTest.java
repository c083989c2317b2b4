package io.c2d.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemoteUrlTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "not a url|malformed URL",
                "relative/path|malformed URL",
                "ftp://host/file|neither http nor https",
                "gopher://host/|neither http nor https",
                "jar:http://host/a.jar!/x|neither http nor https",
                "http:///path|URL without a host",
                "http:path|URL without a host",
                "http://user:word@host/|URL with user name or password",
                "http://user@host/|URL with user name or password",
                "http://host:99999/|malformed host",
                "http://[fe80::1%25eth0]/|malformed host",
                "http://h\u00f6st/|malformed host",
            })
    void refusesWhatIsNotFetched(String url, String why) {
        assertThatThrownBy(() -> RemoteUrl.parse(url))
                .isInstanceOf(RemoteUrl.InvalidUrlException.class)
                .hasMessage(why);
    }

    @Test
    void aHostMayHaveAnUnderscore() throws Exception {
        RemoteUrl url = RemoteUrl.parse("HTTP://data_server:8080/x");
        assertThat(Objects.requireNonNull(url.host()).toURI()).isEqualTo("http://data_server:8080");
    }

    @Test
    void showsNeitherQueryNorFragmentNorALongPath() throws Exception {
        assertThat(RemoteUrl.parse("https://host/a/b?sig=secret#part")).hasToString("https://host/a/b");
        assertThat(RemoteUrl.parse("https://host/" + "x".repeat(5000)).shown())
                .hasSize(301)
                .endsWith("x…");
    }

    @Test
    void followsRelativeRedirectsAndFromHttpToHttps() throws Exception {
        RemoteUrl from = RemoteUrl.parse("http://host/a/b");
        assertThat(from.redirect("../c?d=e").uri()).hasToString("http://host/c?d=e");
        assertThat(from.redirect("https://other/").uri()).hasToString("https://other/");
        assertThat(from.redirect("//third/x").uri()).hasToString("http://third/x");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://host/|redirected from https to http",
                "file:///etc/passwd|redirected to a local file",
                "ftp://host/|redirected to a wrong place: neither http nor https",
                "https://user:word@host/|redirected to a wrong place: URL with user name or password",
                "::|redirected to a malformed URL",
            })
    void refusesRedirectsThatLeadElsewhere(String location, String why) throws Exception {
        RemoteUrl from = RemoteUrl.parse("https://host/a");
        assertThatThrownBy(() -> from.redirect(location)).hasMessage(why);
    }
}
