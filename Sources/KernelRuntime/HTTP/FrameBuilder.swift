import HTML
import Kernel
import KernelUI

/// Puts the frame around what handlers draw.
struct FrameBuilder: Sendable {
    let registry: ModuleRegistry
    let assets: AssetPaths
    let places: PagePlaces
    let readers: ReaderMark
    private let menus: [Menu]

    /// What one module puts into the menu, in its order.
    private struct Menu {
        let module: ModuleManifest
        let items: [NavigationItem]
    }

    /// What of it a person sees.
    private struct ShownMenu {
        let label: String
        let entries: [(item: NavigationItem, link: FrameLink)]
    }

    init(registry: ModuleRegistry, assets: AssetPaths, places: PagePlaces, readers: ReaderMark) {
        self.registry = registry
        self.assets = assets
        self.places = places
        self.readers = readers
        menus = registry.byWeight.map { Menu(module: $0.manifest, items: $0.contributions.navigation.sorted { $0.weight < $1.weight }) }
    }

    /// A writer that knows which form its page answers.
    private func writer(_ web: WebRequest) -> HTMLWriter {
        let writer = HTMLWriter()
        if let seen = web.form[FormMark.seen] { writer.posted = (path: web.path, seen: seen) }
        return writer
    }

    /// A page of one MSP.
    func bytes(_ page: Page, _ web: WebRequest, message: Message?) -> [UInt8] {
        let access = page.access
        let path = web.path
        let menus = menus(access, path: path)
        let writer = writer(web)
        writer.frame(
            Frame(
                documentTitle: "\(page.title) – \(access.msp.name)", title: page.title, assets: assets, organisations: access.organisations,
                currentSlug: access.msp.slug, keptPage: places.kept(path),
                groups: menus.map { FrameGroup($0.label, $0.entries.map(\.link)) },
                bottom: bottom(menus, access: access, path: path),
                personName: access.displayName, printedAt: French.dateTime(access.local(web.now)), csrf: access.csrf, band: nil,
                message: message,
                searchHref: access.msp.path("structure/recherche"), crumbs: page.crumbs, head: page.head, actions: page.actions,
                side: page.side, reader: readers.mark(access.account), isRefused: page.status >= 400, body: page.body))
        return writer.bytes
    }

    /// A page above the MSPs.
    func bytes(_ page: PortalPage, _ web: WebRequest, csrf: String, message: Message?) -> [UInt8] {
        let slug: String? =
            if case .organisation(let id) = page.place { page.person.organisations.first { $0.id == id }?.slug } else { nil }
        var bottom = [FrameLink("Aujourd’hui", href: "/aujourdhui", isCurrent: page.place == .today)]
        if let entry = firstEntry(of: page.person) { bottom.append(entry) }
        bottom.append(FrameLink("Compte", href: "/compte", isCurrent: page.place == .account))
        let writer = writer(web)
        writer.frame(
            Frame(
                documentTitle: "\(page.title) – Collectif", title: page.title, assets: assets,
                organisations: page.person.organisations.map(\.choice), currentSlug: slug, groups: [], bottom: bottom,
                personName: page.person.displayName, printedAt: nil, csrf: csrf, band: page.band, message: message, searchHref: nil,
                crumbs: page.crumbs, head: page.head, actions: page.actions, side: page.side, reader: readers.mark(page.person.account),
                isRefused: page.status >= 400, body: page.body))
        return writer.bytes
    }

    /// - Parameter who: mark of the reader, empty where nothing is kept.
    func bytes(_ page: BarePage, message: Message?, who: String = "") -> [UInt8] {
        let writer = HTMLWriter()
        writer.bareFrame(title: "\(page.title) – Collectif", assets: assets, message: message, reader: who, page.body)
        return writer.bytes
    }

    /// Only modules that are on, only entries whose permission is held.
    private func menus(_ access: Access, path: String) -> [ShownMenu] {
        menus.compactMap { menu in
            guard access.modules.contains(menu.module.id) else { return nil }
            let base = access.msp.path(menu.module.path)
            let entries = menu.items.compactMap { item -> (item: NavigationItem, link: FrameLink)? in
                guard access.can(item.permission) else { return nil }
                let href = item.path.isEmpty ? base : "\(base)/\(item.path)"
                let isCurrent = path.hasPrefix(href) && (path.utf8.count == href.utf8.count || path.hasPrefix(href + "/"))
                return (item, FrameLink(item.label, href: href, isCurrent: isCurrent, shortcut: item.shortcut))
            }
            return entries.isEmpty ? nil : ShownMenu(label: menu.module.label, entries: entries)
        }
    }

    /// The most used entry of the person's first MSP where a module offers one.
    private func firstEntry(of person: Person) -> FrameLink? {
        for msp in person.msps {
            for module in registry.byWeight where msp.modules.contains(module.manifest.id) {
                let entries = module.contributions.navigation.filter { $0.inBottomBar && msp.permissions.contains($0.permission) }
                guard let item = entries.min(by: { $0.weight < $1.weight }) else { continue }
                return FrameLink(item.label, href: "\(msp.href)\(module.manifest.path)/\(item.path)", isCurrent: false)
            }
        }
        return nil
    }

    private func bottom(_ menus: [ShownMenu], access: Access, path: String) -> [FrameLink] {
        let wanted = menus.flatMap { $0.entries.filter(\.item.inBottomBar) }
        let shared = wanted.filter { !$0.item.isOwn }.map(\.link)
        let own = wanted.filter(\.item.isOwn).map(\.link)
        // Who leads looks at the team's figures, everybody else at one's own.
        let leads = !access.roles.isDisjoint(with: [Role.coordinator.rawValue, Role.manager.rawValue])
        let entries = (leads ? shared + own : shared.prefix(1) + own + shared.dropFirst()).prefix(2)
        return [FrameLink("Aujourd’hui", href: "/aujourdhui", isCurrent: false)] + entries
            + [FrameLink("Plus", href: access.msp.path("structure/menu"), isCurrent: path.hasSuffix("/structure/menu"))]
    }
}
