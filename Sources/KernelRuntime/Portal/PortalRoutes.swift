/// Every page and endpoint above the MSPs.
public enum Portal {
    public static var routes: [PortalRoute] {
        SignInRoutes.routes + RecoveryRoutes.routes + AccountRoutes.routes + DraftRoutes.routes + TodayRoutes.routes
            + FederationRoutes.routes + MspHome.routes
            + PortalEndpoint.all.map(\.route)
    }
}
