internal import HTML
internal import Kernel
internal import KernelUI

/// Which modules the structure uses.
enum ModulePages {
    static func pages(_ directory: ModuleDirectory) -> [PageRoute] {
        [
            PageRoute(.get, "modules", permission: CorePermissions.manageModules) { try await list($0, directory) },
            PageRoute(.post, "modules/:module", permission: CorePermissions.manageModules) { try await set($0, directory) },
        ]
    }

    private static let states: [(code: String, label: String, act: String)] = [
        ("on", "Activé", "Activer"), ("read_only", "Lecture seule", "Passer en lecture seule"), ("off", "Désactivé", "Désactiver"),
    ]

    private static func list(_ request: MspRequest, _ directory: ModuleDirectory) async throws -> PageResponse {
        let reading = try await request.read(
            Query(
                "select module, state, changed_at from kernel.list_modules($1, $2)", .bytes(try request.callerDigest()), .id(request.msp.id)
            ))
        var state: [String: (code: String, changed: Instant?)] = [:]
        for row in reading.results[0] { state[try row[0]] = (try row[1], try row[2]) }
        let access = reading.access
        let base = request.path("structure/modules")
        let modules = directory.entries.map(\.manifest).filter { $0.id != CoreModule.manifest.id }
        return .page(
            Page(
                access: access, title: "Modules",
                side: { h in
                    h.card("Ce que cela change") {
                        h.definitionList([
                            ("Activé", "Le module apparaît dans le menu, selon les droits de chacun."),
                            ("Lecture seule", "On consulte, on n’écrit plus."),
                            ("Désactivé", "Ses pages sont introuvables pour tous. Rien n’est effacé\u{A0}: le réactiver rend tout."),
                        ])
                    }
                }
            ) { h in
                if modules.isEmpty { h.empty("Aucun module n’est installé sur ce serveur.") }
                for module in modules {
                    let current = state[module.id]?.code ?? "off"
                    h.card(module.label) {
                        h.p(text: module.summary)
                        h.div(.class("row")) {
                            h.chip(
                                states.first { $0.code == current }?.label ?? current,
                                tone: current == "on" ? .done : current == "off" ? .soft : .note)
                            if let changed = state[module.id]?.changed {
                                h.span(.class("soft small"), text: "depuis le \(French.date(access.local(changed).date))")
                            }
                        }
                        h.div(.class("row")) {
                            for choice in states where choice.code != current {
                                h.postButton(
                                    choice.act, action: "\(base)/\(module.id)", csrf: access.csrf, size: .small,
                                    fields: [("etat", choice.code)],
                                    .aria(.label, "\(choice.act)\u{A0}: \(module.label)"))
                            }
                        }
                    }
                }
            })
    }

    private static func set(_ request: MspRequest, _ directory: ModuleDirectory) async throws -> PageResponse {
        let id = request.web.parameters["module"] ?? ""
        guard let module = directory.entries.map(\.manifest).first(where: { $0.id == id && id != CoreModule.manifest.id }) else {
            throw Refusal.notFound
        }
        guard let choice = states.first(where: { $0.code == request.web.form["etat"] }) else {
            throw Refusal.invalid("etat", "Choisissez un état de la liste.")
        }
        let digest = try request.callerDigest()
        try await request.write { unit in
            _ = try await unit.one(
                Query("select kernel.set_module($1, $2, $3, $4)", .bytes(digest), .id(unit.msp), .text(id), .text(choice.code)))
        }
        return .redirect(request.path("structure/modules"), Message(.done, "\(module.label)\u{A0}: \(choice.label.lowercased())."))
    }
}
