internal import HTML
internal import Kernel
internal import KernelUI

/// Every page of the structure on one screen: the phone's « Plus », and where one lands in a structure.
enum MenuPages {
    static func pages(_ directory: ModuleDirectory) -> [PageRoute] {
        [
            PageRoute(.get, "menu", permission: CorePermissions.readProfile) { request in
                let access = try await request.read().access
                return .page(
                    Page(
                        access: access, title: access.msp.name, head: { h in if !access.msp.town.isEmpty { h.fact(nil, access.msp.town) } }
                    ) { h in
                        search(request, on: h)
                        h.div(.class("grid-3")) {
                            for entry in directory.visible(to: access) { group(entry, request: request, access: access, on: h) }
                        }
                        h.div(.class("row")) {
                            h.linkButton("Mon compte", href: "/compte", icon: .person)
                            h.postButton("Se déconnecter", action: "/deconnexion", csrf: access.csrf)
                        }
                    })
            },
            // The module's own address, without a page of its own.
            PageRoute(.get, "", permission: CorePermissions.readProfile) { request in
                _ = try await request.read()
                return .redirect(request.path("structure/menu"), nil)
            },
        ]
    }

    private static func group(_ entry: ModuleDirectory.Entry, request: MspRequest, access: Access, on h: HTMLWriter) {
        let items = entry.navigation.filter { access.can($0.permission) }
        guard !items.isEmpty else { return }
        h.card(entry.manifest.label) {
            h.ul(.role("list"), .class("stack stack--tight")) {
                for item in items {
                    let path = item.path.isEmpty ? entry.manifest.path : "\(entry.manifest.path)/\(item.path)"
                    h.li { h.a(.href(request.path(path)), text: item.label) }
                }
            }
        }
    }

    private static func search(_ request: MspRequest, on h: HTMLWriter) {
        h.form(.method(.get), .action(request.path("structure/recherche")), .role("search"), .class("row")) {
            h.label(.class("vh"), .for("menu-recherche"), text: "Rechercher dans la structure")
            h.input(
                .id("menu-recherche"), .class("input"), .type(.search), .name("q"), .placeholder("Rechercher dans la structure"),
                .autocomplete("off"))
            h.button("Rechercher", icon: .search)
        }
    }
}
