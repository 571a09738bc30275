import Testing

@testable import KernelRuntime

@Suite("Settings are checked before anything starts")
struct SettingsCheckTests {
    @Test("what an installation uses is taken as it is")
    func taken() {
        let values = [
            "COLLECTIF_POOL_SIZE": "16", "COLLECTIF_REQUEST_RATE": "0", "COLLECTIF_LOG_LEVEL": "debug",
            "COLLECTIF_URL": "https://collectif.exemple.fr:8443", "COLLECTIF_MAIL_FROM": "Collectif <ne-pas-repondre@exemple.fr>",
            "COLLECTIF_SMTP_URL": "smtps://nom:mot%20de%20passe@mail.exemple.fr:465", "COLLECTIF_METRICS_TOKEN": "0123456789abcdef",
            "COLLECTIF_ACCESS_LOG": "off", "COLLECTIF_FILES": "rclone:s3:collectif folder:/var/lib/collectif/files",
        ]
        #expect(SettingsCheck.faults(values, port: 8_080) == [])
        #expect(SettingsCheck.faults(["COLLECTIF_URL": "", "COLLECTIF_SMTP_URL": ""]) == [])
    }

    @Test(
        "what cannot work is named with its remedy",
        arguments: [
            ("COLLECTIF_POOL_SIZE", "501"), ("COLLECTIF_REQUEST_RATE", "-1"), ("COLLECTIF_LOG_LEVEL", "loud"),
            ("COLLECTIF_URL", "https://exemple.fr/collectif"), ("COLLECTIF_URL", "ftp://exemple.fr"), ("COLLECTIF_MAIL_FROM", "a@b@c"),
            ("COLLECTIF_MAIL_FROM", "Collectif <a@b.fr"), ("COLLECTIF_SMTP_URL", "smtp://mail.exemple.fr:0"),
            ("COLLECTIF_METRICS_TOKEN", "court"), ("COLLECTIF_ACCESS_LOG", "yes"), ("COLLECTIF_FILES", "folder:relative"),
            ("COLLECTIF_FILES", "folder:/a folder:/b"),
            ("COLLECTIF_FILES", "rclone:bucket"), ("COLLECTIF_FILES", "rclone:--config:x"), ("COLLECTIF_FILES", "s3://bucket"),
            ("COLLECTIF_RCLONE_CONFIG", "/nowhere/rclone.conf"), ("COLLECTIF_GALLERY", "yes"),
        ])
    func refused(name: String, value: String) {
        let faults = SettingsCheck.faults([name: value])
        #expect(faults.count == 1 && faults[0].hasPrefix(name))
    }

    @Test("the gallery is served on the machine itself alone")
    func gallery() {
        for url in [nil, "http://127.0.0.1:8080", "http://localhost:8080"] {
            #expect(SettingsCheck.faults(["COLLECTIF_GALLERY": "on", "COLLECTIF_URL": url].compactMapValues(\.self)) == [])
        }
        let elsewhere = ["COLLECTIF_GALLERY": "on", "COLLECTIF_URL": "https://collectif.exemple.fr"]
        #expect(SettingsCheck.faults(elsewhere) == ["COLLECTIF_GALLERY is on where people come from elsewhere: leave it out."])
        #expect(SettingsCheck.faults(elsewhere.merging(["COLLECTIF_GALLERY": "off"]) { $1 }) == [])
    }

    @Test("a port outside of what a port can be", arguments: [-1, 0, 65_536, 99_999])
    func port(number: Int) { #expect(SettingsCheck.faults([:], port: number).count == 1) }
}
