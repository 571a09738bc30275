public import HTML
public import Kernel

extension HTMLWriter {
    /// A whole signed-in page.
    public func frame(_ frame: Frame) {
        doctype()
        html(.lang("fr")) {
            documentHead(title: frame.documentTitle, assets: frame.assets)
            body(.data("reader", frame.reader), .when(frame.isRefused, .data("refused"))) {
                a(.class("skip-link"), .href("#contenu")) { text("Aller au contenu") }
                div(.class("app")) {
                    rail(frame)
                    topbar(frame)
                    main(.class("content"), .id("contenu"), .tabindex(-1)) {
                        printHead(frame)
                        content(frame)
                    }
                    bottombar(frame)
                }
            }
        }
    }

    /// A page without frame, for people who are not signed in.
    public func bareFrame(title: String, assets: AssetPaths, message: Message?, reader: String, _ content: Fragment) {
        doctype()
        html(.lang("fr")) {
            documentHead(title: title, assets: assets)
            body(.class("bare"), .when(!reader.isEmpty, .data("reader", reader))) {
                a(.class("skip-link"), .href("#contenu")) { text("Aller au contenu") }
                main(.class("gate"), .id("contenu"), .tabindex(-1)) {
                    if let message { self.message(message.text, tone: message.tone) }
                    render(content)
                }
            }
        }
    }

    private func documentHead(title: String, assets: AssetPaths) {
        head {
            meta(.charset("utf-8"))
            meta(.name("viewport"), .content("width=device-width, initial-scale=1"))
            meta(.name("color-scheme"), .content("light dark"))
            self.title(text: title)
            script(src: assets.scheme)
            link(.rel("stylesheet"), .href(assets.style))
            link(.rel("stylesheet"), .href(assets.screens))
            link(.rel("stylesheet"), .href(assets.print), .media("print"))
            link(.rel("icon"), .href(assets.icon))
            script(src: assets.script, .defer())
            script(src: assets.forms, .defer())
        }
    }

    private func rail(_ frame: Frame) {
        aside(.class("rail"), .aria(.label, "Menu")) {
            structureSelector(frame)
            nav(.class("rail__nav"), .aria(.label, "Navigation principale")) {
                ul {
                    li {
                        a(
                            .class("rail__link"), .href("/aujourdhui"), .when(frame.currentSlug == nil, .aria(.current, "page")),
                            .data("shortcut", "g j")
                        ) { text("Aujourd’hui") }
                    }
                }
                for group in frame.groups {
                    p(.class("rail__group"), text: group.label)
                    ul {
                        for entry in group.links {
                            li { railLink(entry) }
                        }
                    }
                }
            }
            div(.class("rail__foot")) {
                a(.class("rail__link"), .href("/compte")) { text(frame.personName) }
                button(.class("button", "button--quiet", "button--small"), .type(.button), .data("scheme-toggle", "")) {
                    text("Clair ou sombre")
                }
                button(.class("button", "button--quiet", "button--small"), .type(.button), .data("shortcuts", "")) { text("Raccourcis") }
                postButton("Se déconnecter", action: "/deconnexion", csrf: frame.csrf, kind: .quiet, size: .small)
            }
        }
    }

    private func railLink(_ entry: FrameLink) {
        a(
            .class("rail__link"), .href(entry.href), .when(entry.isCurrent, .aria(.current, "page")),
            .when(entry.shortcut != nil, .data("shortcut", "g \(entry.shortcut.map(String.init) ?? "")"))
        ) { text(entry.label) }
    }

    /// - Parameter withExit: the way out too, where no foot of a rail shows it (phones, 200 % zoom).
    private func structureSelector(_ frame: Frame, withExit: Bool = false) {
        let current = frame.organisations.first { $0.slug == frame.currentSlug }
        details(.class("rail__structure")) {
            summary(.aria(.label, "Changer de structure")) {
                strong(text: current?.name ?? "Toutes mes structures")
                if let current, !current.town.isEmpty { small(text: current.town) }
            }
            ul {
                for choice in frame.organisations {
                    li {
                        a(
                            .class("rail__link"), .href(frame.address(of: choice)),
                            .when(choice.slug == frame.currentSlug, .aria(.current, "true"))
                        ) {
                            text(choice.name)
                            if !choice.town.isEmpty { small(text: choice.town) }
                        }
                    }
                }
                if withExit { exit(frame) }
            }
        }
    }

    private func exit(_ frame: Frame) {
        li(.class("rail__exit")) {
            a(.class("rail__link"), .href("/compte")) {
                text("Mon compte")
                small(text: frame.personName)
            }
            postButton("Se déconnecter", action: "/deconnexion", csrf: frame.csrf, size: .block)
            button(.class("button", "button--quiet", "button--small"), .type(.button), .data("scheme-toggle", "")) {
                text("Clair ou sombre")
            }
        }
    }

    private func topbar(_ frame: Frame) {
        header(.class("topbar")) {
            structureSelector(frame, withExit: true)
            if let search = frame.searchHref {
                form(.class("topbar__search"), .method(.get), .action(search), .role("search")) {
                    label(.class("vh"), .for("recherche"), text: "Rechercher dans la structure")
                    input(
                        .id("recherche"), .class("input"), .type(.search), .name("q"), .placeholder("Rechercher"), .autocomplete("off"),
                        .data("palette", ""))
                }
            }
        }
    }

    /// On paper only, at the head of each sheet: title, structure, day, author (conventions 7).
    private func printHead(_ frame: Frame) {
        div(.class("print-head"), .aria(.hidden, "true")) {
            p {
                strong(text: frame.documentTitle)
                text(frame.printedAt.map { " · imprimé le \($0) par \(frame.personName)" } ?? " · imprimé par \(frame.personName)")
            }
        }
    }

    private func content(_ frame: Frame) {
        if let band = frame.band { p(.class("band"), .role("status"), text: band) }
        if !frame.crumbs.isEmpty {
            nav(.class("breadcrumb"), .aria(.label, "Fil d’Ariane")) {
                ol { for crumb in frame.crumbs { li { a(.href(crumb.href)) { text(crumb.label) } } } }
            }
        }
        if let message = frame.message { self.message(message.text, tone: message.tone) }
        div(.class("page-head")) {
            h1(.class("page-head__title"), text: frame.title)
            if let head = frame.head { div(.class("page-head__facts")) { render(head) } }
            if let actions = frame.actions { div(.class("page-head__actions")) { render(actions) } }
        }
        if let side = frame.side {
            div(.class("with-side")) {
                div(.class("with-side__main")) { render(frame.body) }
                aside(.class("side")) { render(side) }
            }
        } else {
            render(frame.body)
        }
    }

    private func bottombar(_ frame: Frame) {
        nav(.class("bottombar"), .aria(.label, "Raccourcis")) {
            for entry in frame.bottom {
                a(.class("bottombar__link"), .href(entry.href), .when(entry.isCurrent, .aria(.current, "page"))) { text(entry.label) }
            }
        }
    }
}

extension Frame {
    /// Where the selector leads: the same kind of page where the other structure shows it, else its first one.
    func address(of choice: OrganisationChoice) -> String {
        guard choice.kind == "MSP" else { return "/f/\(choice.slug)" }
        guard let keptPage, choice.slug != currentSlug else { return "/m/\(choice.slug)" }
        return "/structures/\(choice.slug)?page=\(keptPage)"
    }
}
