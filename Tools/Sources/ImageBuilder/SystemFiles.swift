// SPDX-License-Identifier: Apache-2.0

// Small files of the host that any C library looks into, so that a program says the same as on the host: the names of
// users and groups, where names come from, the time zone, the names of protocols and services.

public import HostSystem

/// What comes along from the host for every program.
public enum SystemFiles {
    /// The paths; what is not there is left out.
    public static let paths: [FilePath] = [
        "/etc/passwd", "/etc/group", "/etc/nsswitch.conf", "/etc/localtime", "/etc/timezone", "/etc/hosts",
        "/etc/host.conf", "/etc/protocols", "/etc/services", "/etc/os-release", "/etc/debian_version",
    ]
}
