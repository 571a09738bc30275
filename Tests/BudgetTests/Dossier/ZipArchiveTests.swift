import Foundation
import Kernel
import Testing

@testable import Budget

@Suite("Sealed archive")
struct ZipArchiveTests {
    private func files(_ names: [String]) throws -> [(path: ArchivePath, content: [UInt8])] {
        try names.map { (try ArchivePath($0), Array("contenu de \($0)\n".utf8)) }
    }

    private let names = ["A1-HOR/001-charte.pdf", "A2-RCP/001-feuille.pdf", "A2-RCP/002-été œuvré.pdf", "00-index.pdf", "SHA256SUMS"]

    @Test("CRC-32: the published value of « 123456789 », and the same whole or in pieces")
    func checksum() {
        #expect(Checksum32.of(Array("123456789".utf8)) == 0xCBF4_3926)
        #expect(Checksum32.of([UInt8]()) == 0)
        let bytes = (0..<1_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        for cut in [0, 1, 7, 8, 9, 500, 999] {
            var pieces = Checksum32()
            pieces.update(bytes[..<cut])
            pieces.update(bytes[cut...])
            #expect(pieces.value == Checksum32.of(bytes))
        }
    }

    @Test("Same files, same bytes, in any order; another content, other bytes")
    func deterministic() throws {
        let one = try ZipArchive.bytes(files(names))
        #expect(one == (try ZipArchive.bytes(files(names))))
        #expect(one == (try ZipArchive.bytes(files(names.reversed()))))
        #expect(one != (try ZipArchive.bytes(files(names.dropLast()))))
        // The bytes are a promise: an archive sealed years ago can be built again. The digest is that of the same archive as
        // Python's zipfile writes it.
        #expect(
            Digest.hex(Digest.sha256(try ZipArchive.bytes(files(["é/b.txt"]))))
                == "07f645c45c5014036b26ba312f829dc187483b791cfb1316342863942436b5cc")
    }

    @Test("The same bytes, whether an entry is given whole or its header alone before its slices")
    func streamed() throws {
        let files = try files(names)
        let plans = files.map { ZipArchive.Plan(path: $0.path, size: $0.content.count, sha256: Digest.hex(Digest.sha256($0.content))) }
        var zip = try ZipArchive(plans)
        var bytes: [UInt8] = []
        for entry in zip.plan {
            let content = try #require(files.first { $0.path == entry.path }?.content)
            bytes += try zip.begin(size: content.count, sha256: entry.sha256, checksum: Checksum32.of(content))
            bytes += content[..<5] + content[5...]
        }
        bytes += try zip.finish()
        #expect(bytes == (try ZipArchive.bytes(files)))
    }

    @Test("unzip and Python's zipfile find every file whole, under its name, in order")
    func readers() throws {
        try Outside.withFolder { folder in
            let file = folder.appendingPathComponent("d.zip")
            try Data(try ZipArchive.bytes(files(names))).write(to: file)
            let unzip = try Outside.run("/usr/bin/unzip", ["-t", file.path])
            #expect(unzip.status == 0 && unzip.output.contains("No errors detected"), "\(unzip.output)")
            let script = """
                import sys, zipfile
                z = zipfile.ZipFile(sys.argv[1])
                assert z.testzip() is None
                for i in z.infolist():
                    assert i.compress_type == 0 and i.date_time == (1980, 1, 1, 0, 0, 0) and i.flag_bits == 0x800, i
                    assert i.external_attr >> 16 == 0o100644 and not i.extra and not i.comment
                    assert z.read(i).decode() == "contenu de " + i.filename + "\\n", i
                print("|".join(z.namelist()))
                """
            let python = try Outside.run(Outside.python, ["-c", script, file.path])
            #expect(python.status == 0, "\(python.output)")
            #expect(python.output == "00-index.pdf|A1-HOR/001-charte.pdf|A2-RCP/001-feuille.pdf|A2-RCP/002-été œuvré.pdf|SHA256SUMS\n")
        }
    }

    @Test("A damaged archive is seen by unzip")
    func damaged() throws {
        try Outside.withFolder { folder in
            var bytes = try ZipArchive.bytes(files(names))
            bytes[60] ^= 1
            let file = folder.appendingPathComponent("d.zip")
            try Data(bytes).write(to: file)
            #expect(try Outside.run("/usr/bin/unzip", ["-t", file.path]).status != 0)
        }
    }

    @Test("The announced size is the size; an empty file and an empty archive are fine")
    func sizes() throws {
        let plans = try files(names).map { ZipArchive.Plan(path: $0.path, size: $0.content.count, sha256: "") }
        #expect(try ZipArchive(plans).size == ZipArchive.bytes(files(names)).count)
        #expect(try ZipArchive.bytes([]).count == 22)
        #expect(try ZipArchive.bytes([(path: ArchivePath("vide.txt"), content: [])]).count > 22)
    }

    @Test("Bytes that are not those planned, too few and too many entries are refused")
    func planned() throws {
        let content: [UInt8] = [1, 2, 3]
        let plan = ZipArchive.Plan(path: try ArchivePath("a"), size: 3, sha256: Digest.hex(Digest.sha256(content)))
        var archive = try ZipArchive([plan])
        #expect(throws: Refusal.self) { try archive.append([1, 2, 4]) }
        #expect(throws: Refusal.self) { try archive.append([1, 2]) }
        #expect(throws: Refusal.self) { try archive.finish() }
        _ = try archive.append(content)
        #expect(throws: Refusal.self) { try archive.append(content) }
        _ = try archive.finish()
    }

    @Test("Above 4 GB or 65 534 files the dossier is refused, just below it is not")
    func limits() throws {
        let path = try ArchivePath("a")
        // 22 bytes of end, 76 and twice the name for an entry.
        let most = ZipArchive.mostBytes - 22 - 78
        #expect(try ZipArchive([.init(path: path, size: most, sha256: "")]).size == ZipArchive.mostBytes)
        #expect(throws: Refusal.self) { try ZipArchive([.init(path: path, size: most + 1, sha256: "")]) }
        let many = try (0..<65_535).map { ZipArchive.Plan(path: try ArchivePath("f\($0)"), size: 0, sha256: "") }
        #expect(throws: Refusal.self) { try ZipArchive(many) }
        #expect(try ZipArchive(Array(many.dropLast())).plan.count == 65_534)
    }

    @Test("Two names that are one file somewhere, or a file that is a folder too, are refused")
    func collisions() throws {
        #expect(throws: Refusal.self) { try ZipArchive.bytes(files(["a.pdf", "A.pdf"])) }
        #expect(throws: Refusal.self) { try ZipArchive.bytes(files(["a", "a/b"])) }
        // é in one piece and in two is one name.
        #expect(throws: Refusal.self) { try ZipArchive.bytes(files(["\u{E9}.pdf", "e\u{301}.pdf"])) }
        _ = try ZipArchive.bytes(files(["a.pdf", "b/a.pdf"]))
    }

    @Test(
        "Names that would leave the folder or break a system are refused",
        arguments: [
            "", "/etc/passwd", "../a", "a/../b", "a/./b", "a//b", "a/", "C:/a", "a\\b", "a\u{0}b", "a\nb", "a\u{202E}b", "a\u{7F}", "a ",
            "a.",
            " a", "a?b", "CON.pdf", "x/nul", String(repeating: "a", count: 201), "a\u{2028}b",
        ])
    func badNames(_ name: String) { #expect(throws: InputFault.self) { try ArchivePath(name) } }

    @Test("Ordinary names pass", arguments: ["a", "A1-HOR/001-charte.pdf", "été/œuvre (1).pdf", "..a", "CONTRAT.pdf", "a.b.c"])
    func goodNames(_ name: String) throws { #expect(try ArchivePath(name).text == name) }
}
