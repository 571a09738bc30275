import Foundation
import Kernel

/// The yearly file of evidence as it will be sealed: one folder per indicator, numbered exhibits, an index, a manifest
/// (missions.md 12.1, « Dossier ACI »). The order of the input never shows.
struct DossierPlan: Sendable {
    struct Exhibit: Sendable, Equatable {
        /// Sequence number of the entry in the evidence ledger: decides the number inside the folder.
        var sequence: Int
        /// Rank of the file inside its entry.
        var rank: Int = 0
        var title: String
        /// What it proves, for the reader of the index.
        var purpose = ""
        var kind: PaperKind
        var size: Int
        var sha256: String
    }

    struct Indicator: Sendable, Equatable {
        /// Code of the rule set, `A1-HOR`.
        var code: String
        var label: String
        var exhibits: [Exhibit]
    }

    /// One row of the index.
    struct Row: Sendable, Equatable {
        var indicator: String
        var indicatorLabel: String
        /// 1, 2, 3… inside the indicator.
        var number: Int
        var title: String
        var purpose: String
        var path: ArchivePath
        var size: Int
        var sha256: String
        /// Where the bytes are found: entry of the ledger and rank of its file.
        var sequence: Int
        var rank: Int
    }

    static let indexName = "00-index.pdf"
    static let manifestName = "SHA256SUMS"

    /// Rows of the index, by indicator and number.
    let rows: [Row]

    init(_ indicators: [Indicator]) throws(InputFault) {
        var rows: [Row] = []
        let sorted = indicators.sorted { $0.code.utf8.lexicographicallyPrecedes($1.code.utf8) }
        for indicator in sorted {
            let exhibits = indicator.exhibits.sorted {
                ($0.sequence, $0.rank, $0.sha256, $0.title) < ($1.sequence, $1.rank, $1.sha256, $1.title)
            }
            for (index, exhibit) in exhibits.enumerated() {
                let digits = String(index + 1)
                let number = String(repeating: "0", count: max(0, 3 - digits.count)) + digits
                let name = "\(number)-\(Self.slug(exhibit.title)).\(exhibit.kind.fileExtension)"
                rows.append(
                    Row(
                        indicator: indicator.code, indicatorLabel: indicator.label, number: index + 1, title: exhibit.title,
                        purpose: exhibit.purpose, path: try ArchivePath("\(Self.folder(indicator.code))/\(name)"), size: exhibit.size,
                        sha256: exhibit.sha256,
                        sequence: exhibit.sequence, rank: exhibit.rank))
            }
        }
        self.rows = rows
    }

    /// `SHA256SUMS` as `sha256sum -c` reads it: 64 digits, a space, `*` for bytes as they are, the name; by name.
    func manifest(index: [UInt8]) throws(InputFault) -> [UInt8] {
        var entries = rows.map { ($0.path, $0.sha256) }
        entries.append((try ArchivePath(Self.indexName), Digest.hex(Digest.sha256(index))))
        entries.sort { $0.0 < $1.0 }
        return Array(entries.map { "\($0.1) *\($0.0.text)\n" }.joined().utf8)
    }

    /// Everything that the archive holds, for `ZipArchive`.
    func archive(index: [UInt8], manifest: [UInt8]) throws -> ZipArchive {
        var plans = rows.map { ZipArchive.Plan(path: $0.path, size: $0.size, sha256: $0.sha256) }
        for (name, bytes) in [(Self.indexName, index), (Self.manifestName, manifest)] {
            plans.append(ZipArchive.Plan(path: try ArchivePath(name), size: bytes.count, sha256: Digest.hex(Digest.sha256(bytes))))
        }
        return try ZipArchive(plans)
    }

    /// Folder of an indicator: its code, letters, digits and hyphens only.
    static func folder(_ code: String) -> String {
        let kept = plain(code).filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
        return kept.isEmpty ? "sans-code" : String(kept.prefix(40))
    }

    /// `feuille-d-emargement-du-12-mars-2026`: plain letters, because payers' portals and old unpackers spoil accents; the index
    /// keeps the title as written.
    static func slug(_ title: String) -> String { French.fileName(title) ?? "piece" }

    private static func plain(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.decomposedStringWithCanonicalMapping.unicodeScalars.filter { !(0x300...0x36F).contains($0.value) }))
    }
}
