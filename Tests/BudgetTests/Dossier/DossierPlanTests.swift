import Foundation
import Kernel
import Testing

@testable import Budget

@Suite("Dossier of evidence")
struct DossierPlanTests {
    private func content(_ sequence: Int) -> [UInt8] { Array("pièce \(sequence)".utf8) }

    private func exhibit(_ sequence: Int, _ title: String, _ kind: PaperKind = .pdf) -> DossierPlan.Exhibit {
        let bytes = content(sequence)
        return .init(sequence: sequence, title: title, kind: kind, size: bytes.count, sha256: Digest.hex(Digest.sha256(bytes)))
    }

    private var indicators: [DossierPlan.Indicator] {
        [
            .init(
                code: "A2-RCP", label: "Concertation",
                exhibits: [exhibit(31, "Feuille d’émargement du 12 mars 2026"), exhibit(7, "Relevé des situations – 2026", .jpeg)]),
            .init(code: "A1-HOR", label: "Horaires", exhibits: [exhibit(12, "Charte d’engagement")]),
        ]
    }

    /// The archive as the module will build it: entry by entry.
    private func sealed(_ indicators: [DossierPlan.Indicator]) throws -> [UInt8] {
        let plan = try DossierPlan(indicators)
        let index = Array("%PDF-1.7 index".utf8)
        let manifest = try plan.manifest(index: index)
        var archive = try plan.archive(index: index, manifest: manifest)
        let bySequence = Dictionary(uniqueKeysWithValues: plan.rows.map { ($0.path.text, content($0.sequence)) })
        var bytes: [UInt8] = []
        for entry in archive.plan {
            let own = entry.path.text == DossierPlan.indexName ? index : entry.path.text == DossierPlan.manifestName ? manifest : nil
            bytes += try archive.append(own ?? bySequence[entry.path.text] ?? [])
        }
        return bytes + (try archive.finish())
    }

    @Test("One folder per indicator, numbers in the order of the ledger, plain names")
    func layout() throws {
        let rows = try DossierPlan(indicators).rows
        #expect(
            rows.map(\.path.text) == [
                "A1-HOR/001-charte-d-engagement.pdf", "A2-RCP/001-releve-des-situations-2026.jpg",
                "A2-RCP/002-feuille-d-emargement-du-12-mars-2026.pdf",
            ])
        #expect(rows.map(\.number) == [1, 1, 2])
        #expect(rows[2].title == "Feuille d’émargement du 12 mars 2026")
    }

    @Test("Byte-identical whatever the order in which indicators and exhibits arrive")
    func deterministic() throws {
        var other = indicators
        other.reverse()
        for index in other.indices { other[index].exhibits.reverse() }
        #expect(try sealed(indicators) == sealed(other))
        other[0].exhibits[0].title += "!"
        _ = try sealed(other)
    }

    @Test("Unpacked, the manifest verifies with sha256sum; one changed byte and it no longer does")
    func manifest() throws {
        try Outside.withFolder { folder in
            let file = folder.appendingPathComponent("d.zip")
            try Data(sealed(indicators)).write(to: file)
            #expect(try Outside.run("/usr/bin/unzip", ["-q", file.path], in: folder).status == 0)
            let fine = try Outside.run("/usr/bin/sha256sum", ["-c", "--strict", DossierPlan.manifestName], in: folder)
            #expect(fine.status == 0, "\(fine.output)")
            #expect(fine.output.split(separator: "\n").count == 4)
            try Data([0]).write(to: folder.appendingPathComponent("A1-HOR/001-charte-d-engagement.pdf"))
            #expect(try Outside.run("/usr/bin/sha256sum", ["-c", "--strict", DossierPlan.manifestName], in: folder).status != 0)
        }
    }

    @Test("Every file but the manifest itself is in the manifest, by name")
    func manifestLines() throws {
        let text = String(decoding: try DossierPlan(indicators).manifest(index: []), as: UTF8.self)
        let names = text.split(separator: "\n").map { $0.split(separator: "*").last.map(String.init) ?? "" }
        #expect(names == names.sorted())
        #expect(names.count == 4 && names.contains("00-index.pdf"))
    }

    @Test(
        "Titles become short plain names, never a path",
        arguments: [("../../etc", "etc"), ("Œuvre n° 3", "oeuvre-n-3"), ("", "piece"), ("中文", "piece")])
    func slugs(title: String, expected: String) { #expect(DossierPlan.slug(title) == expected) }

    @Test("Codes become folders of plain characters")
    func folders() {
        #expect(DossierPlan.folder("A2-RCP") == "A2-RCP")
        #expect(DossierPlan.folder("../x") == "x")
        #expect(DossierPlan.folder("…") == "sans-code")
    }
}
