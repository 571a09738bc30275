import HTML
import Kernel
import KernelUI
import Postgres

/// What the MSP's page and the reviewer's page show alike.
enum DossierDrawing {
    /// What changed since the sealed version: never silence.
    static func drift(_ drift: DossierDrift, _ html: HTMLWriter) {
        guard !drift.changes.isEmpty else { return }
        html.card("Changé depuis la version \(drift.number)", count: drift.changes.count) {
            html.p(text: "Le dossier scellé reste ce qu’il est. Préparez une nouvelle version pour que ces changements y soient.")
            html.ul { for change in drift.changes.prefix(40) { html.li(text: change) } }
        }
    }

    /// The exhibits by indicator.
    static func rows(_ dossier: StoredDossier, _ html: HTMLWriter, href: @escaping (Int) -> String) {
        html.card("Contenu") {
            html.p {
                html.a(.href(href(0)), text: "Index du dossier (PDF)")
                html.text(", ")
                html.span(.class("soft"), text: French.fileSize(dossier.index.size))
            }
            html.table(
                "Pièces du dossier",
                columns: [TableColumn("Pièce"), TableColumn("Indicateur"), TableColumn("N°", .number), TableColumn("Taille", .number)]
            ) { table in
                for (rank, line) in dossier.rows.enumerated() {
                    table.row { row in
                        row.title(line.title, href: href(rank + 1))
                        row.cell("\(line.indicator) – \(line.label)")
                        row.cell("\(line.number)")
                        row.cell(French.fileSize(line.entry.size))
                    }
                }
            }
        }
    }

    /// The file behind a rank of the page, checked against the sealed digest.
    static func exhibit(
        _ dossier: StoredDossier, _ rank: String?, open: (Identifier) async throws -> KeptFile
    ) async throws -> PageResponse {
        let entry = try entry(dossier, rank)
        let file = try await open(entry.file)
        guard file.sha256 == entry.sha256 else {
            throw Refusal.conflict("altered", "Ce fichier ne correspond plus à son empreinte. Prévenez l’exploitant du service.")
        }
        let name = entry.path.text.split(separator: "/").last.map(String.init) ?? entry.path.text
        let type = PaperKind.named(name)?.mediaType ?? "application/octet-stream"
        return .download(Download(file, name: name, mediaType: type, isInline: true))
    }

    static func entry(_ dossier: StoredDossier, _ rank: String?) throws(Refusal) -> DossierArchive.Entry {
        guard let rank, let number = Int(rank), "\(number)" == rank, (0...dossier.rows.count).contains(number) else { throw .notFound }
        return number == 0 ? dossier.index : dossier.rows[number - 1].entry
    }
}
