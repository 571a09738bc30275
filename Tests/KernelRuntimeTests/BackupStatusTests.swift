import Kernel
import Testing

@testable import KernelRuntime

@Suite struct BackupStatusTests {
    private func text(_ backups: String) -> [UInt8] {
        Array("[{\"name\":\"collectif\",\"status\":{\"code\":0},\"backup\":[\(backups)]}]".utf8)
    }

    @Test func theLastWholeBackupCountsAndNoOther() {
        let old = #"{"type":"full","error":false,"timestamp":{"start":100,"stop":200}}"#
        let new = #"{"type":"incr","error":false,"timestamp":{"start":300,"stop":400}}"#
        let broken = #"{"type":"incr","error":true,"timestamp":{"start":500,"stop":600}}"#
        #expect(BackupStatus.lastEnd(text([old, new, broken].joined(separator: ","))) == 400)
        #expect(BackupStatus.lastEnd(text(broken)) == nil)
    }

    @Test func whatTellsOfNoBackupTellsNoAge() throws {
        #expect(BackupStatus.lastEnd(text("")) == nil)
        #expect(BackupStatus.lastEnd(Array("no stanza".utf8)) == nil)
        #expect(BackupStatus([:]) == nil)
        let absent = try #require(BackupStatus(["COLLECTIF_BACKUP_STATUS": "/nowhere/backup.json"]))
        #expect(absent.age(at: .now) == nil)
        #expect(absent.fault(at: .now)?.contains("/nowhere/backup.json") == true)
    }
}
