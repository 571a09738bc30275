import HTML
import Kernel
import KernelUI

/// `/api`: where a program begins. Drawn once from the declarations; it reads nothing and asks for nobody.
struct ReferencePage: Sendable {
    /// The first call of one record.
    private struct Entry: Sendable {
        let module: String
        let title: String
        let purpose: String
        let address: String
    }

    private let entries: [Entry]
    private let publicURL: String

    init(_ registry: ModuleRegistry, publicURL: String) {
        self.publicURL = publicURL
        entries = registry.catalog.entries.map { entry in
            Entry(
                module: entry.module.label, title: entry.record.words.title, purpose: entry.record.words.purpose,
                address: "\(entry.module.id)/\(entry.record.apiPath)")
        }
    }

    var route: PortalRoute {
        PortalRoute(.get, "api", .everyone) { _ in .bare(BarePage(title: "L’API") { h in draw(on: h) }) }
    }

    private func draw(on h: HTMLWriter) {
        h.section(.class("gate__wide stack")) {
            h.h1(text: "L’API de Collectif")
            h.p(
                text:
                    "Tout ce qu’une page montre ou fait a une adresse sous /api/v1. La description complète (OpenAPI 3.1) sert à fabriquer un client dans le langage de votre choix."
            )
            h.p { h.linkButton("openapi.json", href: "/api/openapi.json", icon: .download) }
            h.card("Commencer") {
                h.ol {
                    h.li(text: "Dans « Mon compte », créez un jeton pour une structure. Il n’est montré qu’une fois.")
                    h.li(text: "Gardez-le hors de votre programme, puis demandez qui vous êtes :")
                }
                sample("export TOKEN=…\ncurl -H \"Authorization: Bearer $TOKEN\" \(publicURL)/api/v1/me", on: h)
                h.p(text: "Dans les adresses, la structure se nomme par son identifiant ou comme dans le navigateur (/m/val-clair).")
            }
            h.card("Le premier appel de chaque fiche") {
                for entry in entries {
                    h.section(.class("stack stack--tight")) {
                        h.h3 {
                            h.text(entry.title)
                            h.text(" ")
                            h.span(.class("soft"), text: entry.module)
                        }
                        h.p(text: entry.purpose)
                        sample(
                            "curl -H \"Authorization: Bearer $TOKEN\" \"\(publicURL)/api/v1/msps/val-clair/\(entry.address)?limit=5&include=total\"",
                            on: h)
                    }
                }
            }
        }
    }

    private func sample(_ text: String, on h: HTMLWriter) { h.pre(.class("sample"), .tabindex(0), text: text) }
}
