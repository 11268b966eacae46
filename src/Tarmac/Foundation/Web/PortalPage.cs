using Microsoft.AspNetCore.Components;

namespace Tarmac.Foundation.Web;

/// <summary>Base of every page of the portal: it stands in the common layout and knows its frame.</summary>
[Layout(typeof(Layout))]
public abstract class PortalPage : ComponentBase
{
    [CascadingParameter] public required PageFrame Frame { get; set; }
}
