package org.condastagehand.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Who uses the program: for root an account made for the test, else oneself. */
record TestUser(String name, int uid, int gid, boolean made) {
    private static final AtomicInteger COUNT = new AtomicInteger();

    static boolean testsRunAsRoot() {
        return "0".equals(Tool.output("id", "-u"));
    }

    static TestUser make(Path home) {
        if (!testsRunAsRoot()) {
            return of(Tool.output("id", "-un"), false);
        }
        String name = "csit" + ProcessHandle.current().pid() + "x" + COUNT.incrementAndGet();
        // another program may hold the lock of /etc/passwd for a moment
        Wait.until(
                "useradd",
                () -> Tool.status("useradd", "--no-create-home", "--home-dir", home.toString(), "-s", "/bin/sh", name)
                        == 0);
        return of(name, true);
    }

    private static TestUser of(String name, boolean made) {
        int uid = Integer.parseInt(Tool.output("id", "-u", name));
        return new TestUser(name, uid, Integer.parseInt(Tool.output("id", "-g", name)), made);
    }

    void remove() {
        if (made) {
            Wait.until("userdel", () -> Tool.status("userdel", "--force", name) == 0);
        }
    }

    /** What makes a command this user's. */
    List<String> become() {
        if (!made) {
            return List.of();
        }
        String id = Integer.toString(uid);
        return new ArrayList<>(
                List.of("/usr/bin/setpriv", "--reuid", id, "--regid", Integer.toString(gid), "--init-groups"));
    }

    void own(Path file) {
        if (made) {
            Tool.run("chown", "-hR", uid + ":" + gid, file.toString());
        }
    }

    boolean owns(Path file) {
        try {
            return Integer.valueOf(uid)
                    .equals(Files.getAttribute(file, "unix:uid", java.nio.file.LinkOption.NOFOLLOW_LINKS));
        } catch (IOException e) {
            return false;
        }
    }
}
