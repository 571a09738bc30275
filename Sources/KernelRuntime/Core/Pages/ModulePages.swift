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

    private static func list(_ request: MspRequest, _ directory: ModuleDirectory) async throws -> PageResponse {
        let reading = try await request.read(ModuleStates.query(try request.callerDigest(), request.msp.id))
        let states = try ModuleStates(reading.results[0])
        let access = reading.access
        let base = request.path("structure/modules")
        let modules = ModuleStates.manifests(directory)
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
                    let current = states.code(module.id)
                    h.card(module.label) {
                        h.p(text: module.summary)
                        h.div(.class("row")) {
                            h.chip(
                                ModuleStates.list.label(current),
                                tone: current == "on" ? .done : current == "off" ? .soft : .note)
                            if let changed = states.changed(module.id) {
                                h.span(.class("soft small"), text: "depuis le \(French.date(access.local(changed).date))")
                            }
                        }
                        h.div(.class("row")) {
                            for choice in ModuleStates.all where choice.code != current {
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
        let module = try ModuleStates.module(request, directory)
        guard let choice = ModuleStates.all.first(where: { $0.code == request.web.form["etat"] }) else {
            throw Refusal.invalid("etat", "Choisissez un état de la liste.")
        }
        let digest = try request.callerDigest()
        try await request.write { unit in
            try await AccessLock.take(unit)
            try await ModuleStates.set(module.id, choice.code, digest, unit)
        }
        return .redirect(request.path("structure/modules"), Message(.done, "\(module.label)\u{A0}: \(choice.label.lowercased())."))
    }
}
